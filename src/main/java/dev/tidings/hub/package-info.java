/**
 * This node: its sessions and subscriptions, their lanes, and the way of a publication from the broker to every outbox. Needs nothing but the JDK, so
 * that a whole hub runs in a plain test.
 */
package dev.tidings.hub;
