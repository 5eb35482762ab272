/** What tests of several packages share: a clock that stands still, a network and a wire that remember what was said. Nothing here sleeps or mocks. */
package dev.tidings.testing;
