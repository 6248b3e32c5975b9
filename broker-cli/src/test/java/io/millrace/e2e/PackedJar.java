package io.millrace.e2e;

import io.millrace.cli.Millrace;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a class path as one executable jar. The manifest of the jar names the other entries, which
 * are links in its directory {@code lib}. Entries that are directories become jars there: a class
 * archive cannot have classes from directories.
 */
final class PackedJar {

  private PackedJar() {}

  /**
   * Writes the jar.
   *
   * @param entries the class path. The first directory in it becomes the jar itself
   */
  static void write(Path jar, List<Path> entries) throws IOException {
    Path lib = Files.createDirectories(jar.resolveSibling("lib"));
    Path main = entries.stream().filter(Files::isDirectory).findFirst().orElseThrow();
    List<String> others = new ArrayList<>();
    for (Path entry : entries) {
      if (entry.equals(main) || !Files.exists(entry)) {
        continue;
      }
      Path packed = lib.resolve(others.size() + "-" + nameOf(entry));
      Files.deleteIfExists(packed);
      if (Files.isDirectory(entry)) {
        pack(entry, new Manifest(), packed);
      } else {
        Files.createSymbolicLink(packed, entry);
      }
      others.add("lib/" + packed.getFileName());
    }
    pack(main, manifest(others), jar);
  }

  private static String nameOf(Path entry) {
    return Files.isDirectory(entry) ? "classes.jar" : entry.getFileName().toString();
  }

  private static Manifest manifest(List<String> others) {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, Millrace.class.getName());
    attributes.put(Attributes.Name.CLASS_PATH, String.join(" ", others));
    attributes.putValue("Add-Opens", granted("--add-opens="));
    attributes.putValue("Add-Exports", granted("--add-exports="));
    attributes.putValue("Enable-Native-Access", "ALL-UNNAMED");
    return manifest;
  }

  /** The packages that an option of this JVM opens, in the form of the manifest. */
  private static String granted(String option) {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith(option))
        .map(argument -> argument.substring(option.length(), argument.lastIndexOf('=')))
        .collect(Collectors.joining(" "));
  }

  private static void pack(Path directory, Manifest manifest, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest);
        Stream<Path> files = Files.walk(directory)) {
      out.setLevel(0);
      for (Path source : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = directory.relativize(source).toString();
        if (!name.equals("META-INF/MANIFEST.MF")) {
          out.putNextEntry(new JarEntry(name));
          Files.copy(source, out);
          out.closeEntry();
        }
      }
    }
  }
}
