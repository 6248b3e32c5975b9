/** SVG plots, for pages that can show images only. */
package io.millrace.benchmarks.plot;
