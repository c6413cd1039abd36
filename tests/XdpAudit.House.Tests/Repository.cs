namespace XdpAudit.House.Tests;

/// <summary>The checkout that the tests were built from, as files.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["artifacts", "bin", "obj", ".git", ".vs", ".idea", "TestResults"];

    internal static string Root { get; } = FindRoot();

    internal static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    internal static string Read(string relative) => File.ReadAllText(Path(relative));

    /// <summary>Files under a folder, as paths relative to the root, without what builds generate.</summary>
    internal static IEnumerable<string> Files(string folder, string pattern = "*") =>
        Directory.Exists(Path(folder)) ? Walk(new DirectoryInfo(Path(folder)), pattern).Select(f => System.IO.Path.GetRelativePath(Root, f)).Where(f => !IsOfATemplate(f)).Order(StringComparer.Ordinal) : [];

    /// <summary>Everything a person wrote: sources, tests, scripts and pages.</summary>
    internal static IEnumerable<string> Written() => Files(".").Where(f => f != ".git" && System.IO.Path.GetExtension(f) is not (".o" or ".elf" or ".bin" or ".png" or ".ico"));

    /// <summary>Fails with every line that was found, not with the first few.</summary>
    internal static void None(IEnumerable<string> found, string rule)
    {
        var all = found.ToList();
        Assert.True(all.Count == 0, $"{rule}:\n  {string.Join("\n  ", all)}");
    }

    // A project that a template makes is its author's, not one of ours.
    private static bool IsOfATemplate(string file) => file.Contains("/content/", StringComparison.Ordinal) && file.EndsWith(".csproj", StringComparison.Ordinal);

    private static IEnumerable<string> Walk(DirectoryInfo folder, string pattern) =>
        folder.EnumerateFiles(pattern).Select(f => f.FullName)
            .Concat(folder.EnumerateDirectories().Where(d => !Generated.Contains(d.Name)).SelectMany(d => Walk(d, pattern)));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "XdpAudit.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no XdpAudit.sln above '{AppContext.BaseDirectory}': these tests read the checkout they were built from");
    }
}
