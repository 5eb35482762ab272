package dev.tidings.hub;

/**
 * This process among those that share a broker.
 *
 * @param name    a name that no other process has, also not the one that runs after it
 * @param version what it runs
 */
public record ThisNode(String name, String version) {
}
