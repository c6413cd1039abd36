using System.Text.RegularExpressions;

namespace XdpAudit.House.Tests;

/// <summary>A markdown page, as far as the tests read it: its tables and its blocks of code.</summary>
internal sealed partial class Page(string path)
{
    private readonly string[] lines = File.ReadAllLines(Repository.Path(path));

    /// <summary>The rows of all tables whose first column has this heading; each row by heading, code marks taken off.</summary>
    internal List<Dictionary<string, string>> Rows(string firstHeading)
    {
        var rows = new List<Dictionary<string, string>>();
        for (var i = 0; i + 1 < lines.Length; i++)
        {
            if (Cells(lines[i]) is [var first, ..] headings && first == firstHeading && lines[i + 1].StartsWith("|--", StringComparison.Ordinal))
            {
                for (i += 2; i < lines.Length && lines[i].StartsWith('|'); i++)
                {
                    var cells = Cells(lines[i]);
                    Assert.True(cells.Length == headings.Length, $"{path}:{i + 1} has {cells.Length} cells under {headings.Length} headings");
                    rows.Add(headings.Zip(cells).ToDictionary(c => c.First, c => c.Second));
                }
            }
        }

        Assert.True(rows.Count > 0, $"{path} has no table that begins with '{firstHeading}'");
        return rows;
    }

    /// <summary>The first column of those tables.</summary>
    internal List<string> Column(string firstHeading) => [.. Rows(firstHeading).Select(r => r[firstHeading])];

    /// <summary>The blocks of code in a language.</summary>
    internal List<string> Code(string language) =>
        [.. CodeBlock().Matches(string.Join('\n', lines)).Where(m => m.Groups[1].Value == language).Select(m => m.Groups[2].Value)];

    private static string[] Cells(string line) =>
        line.StartsWith('|') ? [.. line.Trim().Trim('|').Split('|').Select(c => c.Trim().Trim('`'))] : [];

    [GeneratedRegex("^```([a-z]+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
