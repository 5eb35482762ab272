/**
 * The texts of the protocol, read and written in one place for all doors: a streaming reader over bytes, a writer into bytes, and the objects that more
 * than one door shares. No reflection, no data binding; payloads pass through as bytes.
 */
package dev.tidings.protocol;
