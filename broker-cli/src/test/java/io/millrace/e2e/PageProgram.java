package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** A Java program that a page shows, compiled with the classes of this JVM. */
final class PageProgram {

  private PageProgram() {}

  /** Compiles a program into a directory, and returns the command that runs it. */
  static List<String> compiled(Path directory, String name, String program) throws IOException {
    Path source = Files.writeString(directory.resolve(name + ".java"), program);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int errors =
        compiler.run(
            null,
            null,
            null,
            "-proc:none",
            "-d",
            directory.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            source.toString());
    assertThat(errors).as("%s compiles", name).isZero();
    return JavaProcess.main(name, directory, List.of());
  }
}
