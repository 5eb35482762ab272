/** Who is in a channel now: the seam that one node's memory and a shared Redis stand behind. */
package dev.tidings.presence;
