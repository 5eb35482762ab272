/** What back ends call over HTTP: publish, history, presence, and acts on users' sessions (protocol sections 5 and 13). Errors become statuses in {@link Problems}. */
package dev.tidings.api;
