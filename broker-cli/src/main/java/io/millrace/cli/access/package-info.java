/**
 * What the commands about users, tokens and rules share: the choice between a broker and the data
 * directory of a stopped one, and passwords; and the commands that ask the broker about access.
 */
package io.millrace.cli.access;
