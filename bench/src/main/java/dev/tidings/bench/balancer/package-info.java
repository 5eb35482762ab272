/** A plain TCP balancer that can be told to drop, stall and refuse, in this process or in one of its own. */
package dev.tidings.bench.balancer;
