/** Real Redis processes that a run starts, asks and mistreats: one server, a Sentinel trio, a cluster. */
package dev.tidings.bench.redis;
