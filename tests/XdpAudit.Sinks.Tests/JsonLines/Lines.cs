using System.Globalization;
using System.Text.Json;

namespace XdpAudit.Sinks.Tests;

/// <summary>Reads a file that is still written, as a collector of logs does.</summary>
internal static class Lines
{
    internal static IReadOnlyList<string> Of(string path)
    {
        var text = Text(path);
        Assert.True(text.Length == 0 || text.EndsWith('\n'), "the last line is not whole");
        return [.. text.Split('\n').SkipLast(1)];
    }

    /// <summary>The positions in a file, with spaces between them.</summary>
    internal static string Positions(string path) =>
        string.Join(' ', Of(path).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("entry").GetProperty("position").GetInt64().ToString(CultureInfo.InvariantCulture)));

    // By cat: .NET itself asks for a lock when it opens a file, which the writer has.
    internal static string Text(string path) => Shell.Run("cat", path);
}
