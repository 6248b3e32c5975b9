/**
 * The Spring Boot starter: the client as a bean, a template that sends, and listeners. {@code
 * docs/spring.md} describes its use.
 */
package io.millrace.spring;
