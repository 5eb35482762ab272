/** The SSE door: streams for {@code EventSource} and {@code fetch}, with cursors that resume many channels at once (protocol sections 4 and 8). */
package dev.tidings.sse;
