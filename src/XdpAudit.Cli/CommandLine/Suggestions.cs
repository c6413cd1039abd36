namespace XdpAudit.Cli;

/// <summary>Guesses what a mistyped word was meant to be.</summary>
internal static class Suggestions
{
    /// <summary>At most three of the known words, the nearest first: those it begins, and those a few slips away.</summary>
    internal static IReadOnlyList<string> For(string word, IEnumerable<string> known) =>
    [
        .. known
            .Select(k => (Word: k, Distance: k.StartsWith(word, StringComparison.Ordinal) && word.Length > 1 ? 0 : Distance(word, k)))
            .Where(k => k.Distance <= Math.Max(1, Math.Min(word.Length, k.Word.Length) / 3))
            .OrderBy(k => k.Distance)
            .ThenBy(k => k.Word, StringComparer.Ordinal)
            .Take(3)
            .Select(k => k.Word),
    ];

    // Letters put in, left out, changed, or swapped with their neighbour.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var change = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(change, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
