/**
 * Who calls and what they may do: tokens (RFC 7519) become a {@link dev.tidings.session.Identity}, API keys become scopes, and a page's origin is allowed or
 * not. Nothing outside this package knows what a token looks like. Works on texts, and gives values or a
 * {@link dev.tidings.channel.RefusedException} back. No reason that is given away holds a token, a key or the value of a claim.
 */
package dev.tidings.auth;
