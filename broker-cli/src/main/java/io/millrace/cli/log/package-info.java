/** {@code millrace log}: a look at a log's files, without a broker. */
package io.millrace.cli.log;
