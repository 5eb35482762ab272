/**
 * The WebSocket door: the Centrifuge client protocol v2 in JSON, plain as its SDKs speak it, and extended for clients that know more (protocol section 7).
 */
package dev.tidings.websocket;
