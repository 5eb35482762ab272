/**
 * What tests of several packages share: a clock that stands still, a network and a wire that remember what was said; and for tests over the wire, hubs and
 * clients of them. Nothing here sleeps or mocks.
 */
package dev.tidings.testing;
