/** The commands about groups. */
package io.millrace.cli.group;
