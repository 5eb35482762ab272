package dev.tidings.bench.scenarios;

/**
 * A position in a channel: everything up to and including the offset of this incarnation was seen.
 *
 * @param epoch  the incarnation
 * @param offset 0 = nothing was seen
 */
record Place(String epoch, long offset) {
}
