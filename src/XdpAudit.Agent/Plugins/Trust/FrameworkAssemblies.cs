namespace XdpAudit.Agent;

/// <summary>The assemblies of .NET itself, as the compiler had them when the auditor was built.</summary>
internal static class FrameworkAssemblies
{
    /// <summary>Their names and versions.</summary>
    internal static IReadOnlyDictionary<string, Version> Versions { get; } = Read();

    private static Dictionary<string, Version> Read()
    {
        using var lines = new StreamReader(typeof(FrameworkAssemblies).Assembly.GetManifestResourceStream("framework.txt")!);
        return lines.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Trim().Split(' '))
            .ToDictionary(l => l[0], l => Version.Parse(l[1]), StringComparer.OrdinalIgnoreCase);
    }
}
