/** Each parser of what comes from outside, fed with whatever a fuzzer finds (docs/fuzzing.md). An ordinary build runs the inputs that are kept in the resources. */
package dev.tidings.fuzz;
