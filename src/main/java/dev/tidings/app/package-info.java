/** Composition: the one place that knows configuration, metrics and the order of start and stop. Nobody imports it. */
package dev.tidings.app;
