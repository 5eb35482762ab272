/**
 * One connected client, whatever the wire: its states, what it may do, what waits to be written to it, and every reason why it ends. A session
 * belongs to one lane; nothing here is safe to touch from another thread, unless its Javadoc says so.
 */
package dev.tidings.session;
