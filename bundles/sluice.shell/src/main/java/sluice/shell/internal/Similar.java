// SPDX-License-Identifier: Apache-2.0
package sluice.shell.internal;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds what a misspelt word was probably meant to be. */
public final class Similar {
    private Similar() {}

    /** {@code " (did you mean ping?)"}, or {@code ""} when nothing is near. */
    public static String hint(String word, Collection<String> known) {
        if (word.startsWith("-")) {
            return ""; // one letter is no more like another
        }
        String best = find(word, known);
        return best == null ? "" : " (did you mean " + best + "?)";
    }

    /** The known word with the fewest typing errors between it and {@code word}, at most a third of its length, or null. */
    static @Nullable String find(String word, Collection<String> known) {
        String best = null;
        int least = Math.max(1, word.length() / 3) + 1;
        for (String k : known) {
            int d = distance(word, k);
            if (d < least) {
                least = d;
                best = k;
            }
        }
        return best;
    }

    /** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 || j == 0 ? i + j : cell(d, a, b, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int cell(int[][] d, String a, String b, int i, int j) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int least = Math.min(d[i - 1][j - 1] + (same ? 0 : 1), Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, d[i - 2][j - 2] + 1) : least;
    }
}
