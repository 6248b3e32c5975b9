/** {@code millrace log}: inspects, verifies and repairs the files of logs, without a broker. */
package io.millrace.cli.log;
