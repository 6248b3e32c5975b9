/** Consumer groups without a network, a log and a clock. */
package io.millrace.group;
