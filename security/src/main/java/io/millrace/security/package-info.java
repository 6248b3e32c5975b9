/**
 * Who may do what: principals, permissions, users, tokens and rules, as values. No network, no
 * files, no clock.
 */
package io.millrace.security;
