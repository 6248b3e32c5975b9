/** Events as text: what the commands read and print, and nothing about brokers or terminals. */
package io.millrace.cli.format;
