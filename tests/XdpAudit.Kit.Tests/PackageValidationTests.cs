namespace XdpAudit.Kit.Tests;

/// <summary>A version of the contract that breaks what was compiled against the one before it is not packed.</summary>
public sealed class PackageValidationTests(Kit kit)
{
    private const string Member = "    public TimeSpan? RetryAfter { get; init; }\n";

    [Fact]
    public void What_takes_a_member_from_its_authors_is_refused_by_its_name_and_what_takes_none_is_packed()
    {
        var contract = Copy();
        var file = $"{contract}/Sinks/ISink.cs";

        var unchanged = Pack(contract);
        File.WriteAllText(file, Without(File.ReadAllText(file), Member));
        var broken = Pack(contract);

        Assert.True(unchanged.ExitCode == 0, unchanged.Output + unchanged.Errors);
        Assert.NotEqual(0, broken.ExitCode);
        Assert.Contains("error CP0002: ", broken.Output, StringComparison.Ordinal);
        Assert.Contains("XdpAudit.Abstractions.SinkOutcome.RetryAfter.get", broken.Output, StringComparison.Ordinal);
    }

    /// <summary>The contract's project with what it is built by, where it can be changed.</summary>
    private string Copy()
    {
        var root = Directory.CreateDirectory(Path.Combine(kit.Work, "next")).FullName;
        foreach (var part in (string[])["Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", "packaging", "src/XdpAudit.Abstractions"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName($"{root}/{part}")!);
            Shell.Run("cp", "-r", $"{Kit.Root}/{part}", $"{root}/{part}");
        }

        return $"{root}/src/XdpAudit.Abstractions";
    }

    private Shell.Answer Pack(string project) =>
        kit.TryDotnet(project, "pack", "-o", Path.Combine(kit.Work, "next", "packed"), "-p:Version=0.1.1", $"-p:PackageBaseline={kit.Version}", "--disable-build-servers", "--nologo", "-v", "q");

    private static string Without(string text, string part)
    {
        Assert.Contains(part, text, StringComparison.Ordinal);
        return text.Replace(part, "", StringComparison.Ordinal);
    }
}
