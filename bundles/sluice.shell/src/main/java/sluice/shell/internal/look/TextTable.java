// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal.look;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text whose columns are as wide as their widest cell. */
final class TextTable {
    private final List<String[]> rows = new ArrayList<>();
    private final boolean[] right;

    /** @param titles the first row; a title that begins with {@code >} has its column set to the right */
    TextTable(String... titles) {
        right = new boolean[titles.length];
        String[] row = new String[titles.length];
        for (int i = 0; i < titles.length; i++) {
            right[i] = titles[i].startsWith(">");
            row[i] = right[i] ? titles[i].substring(1) : titles[i];
        }
        rows.add(row);
    }

    TextTable row(Object... cells) {
        rows.add(Arrays.stream(cells).map(String::valueOf).toArray(String[]::new));
        return this;
    }

    /** Whether there is nothing but the titles. */
    boolean isEmpty() {
        return rows.size() == 1;
    }

    void print(PrintStream out) {
        int[] widths = new int[right.length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            out.println(line(row, widths));
        }
    }

    private String line(String[] row, int[] widths) {
        StringBuilder sb = new StringBuilder();
        for (int i = 0; i < row.length; i++) {
            String pad = " ".repeat(widths[i] - row[i].length());
            sb.append(right[i] ? pad + row[i] : row[i] + pad).append("  ");
        }
        return sb.toString().stripTrailing();
    }
}
