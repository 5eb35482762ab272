/** What watches the hub from outside: the alert rules and the dashboard of the chart, held against the metrics that the hub exports and against the runbook. */
package dev.tidings.monitoring;
