/** Plots as SVG, for pages that show an image and no more. */
package io.millrace.benchmarks.plot;
