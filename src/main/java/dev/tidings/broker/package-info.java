/** Where publications go and come from: the seam that one node's memory and a shared Redis stand behind, and the rules by which a position is recovered. */
package dev.tidings.broker;
