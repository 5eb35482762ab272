/**
 * Tests of {@code helm/tidings} and {@code k8s}, which need no cluster: {@link dev.tidings.chart.Chart} renders the real chart with Helm itself,
 * {@link dev.tidings.chart.Manifests} is what came out, and the tests hold it against Kubernetes' own types and against the chart's promises.
 */
package dev.tidings.chart;
