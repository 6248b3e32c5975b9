/** {@code millrace topic}: create, list, describe, alter and delete topics. */
package io.millrace.cli.topic;
