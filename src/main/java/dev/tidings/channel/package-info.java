/** The nouns of the hub as validated values: channels and their namespaces, publications, positions, cursors, filters and refusals. Imports nothing but the JDK. */
package dev.tidings.channel;
