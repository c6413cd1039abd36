using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

// One feed for all tests; two builds at once would only wait for each other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(XdpAudit.Kit.Tests.Kit))]

namespace XdpAudit.Kit.Tests;

/// <summary>
/// The packages as an author gets them: packed from this checkout into a feed of their own, under a version that no other run has, and the templates
/// installed into a hive of their own. All of it, and what is made of it, is in one folder, which goes at the end; neither the checkout's artifacts nor the
/// packages and templates of whoever runs the tests are touched. Third-party packages come from where the machine gets them.
/// </summary>
public sealed partial class Kit : IDisposable
{
    // What each step may take: restoring on a cold and slow machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly string[] Packed = ["Abstractions", "Sdk", "Conformance", "Simulated", "ConformanceTests", "Templates"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xdpaudit-kit-");
    private readonly Process _keeper;

    public Kit()
    {
        Version = string.Create(CultureInfo.InvariantCulture, $"0.1.0-kit.{Environment.ProcessId}.{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}");
        _keeper = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "trap '' INT TERM HUP; cat >/dev/null; rm -rf -- \"$1\"", "keeper", _folder.FullName]) { RedirectStandardInput = true })!;
        try
        {
            Directory.CreateDirectory(Feed);
            Directory.CreateDirectory(Work);
            WriteConfiguration();

            // One solution: dotnet pack for each would build the contract each time.
            var solution = Path.Combine(_folder.FullName, "kit.slnx");
            new XElement("Solution", Packed.Select(name => new XElement("Project", new XAttribute("Path", $"{Root}/src/XdpAudit.{name}/XdpAudit.{name}.csproj")))).Save(solution);
            Dotnet(_folder.FullName, "pack", solution, "-o", Feed, $"-p:Version={Version}", $"-p:ArtifactsPath={_folder.FullName}/artifacts", "--disable-build-servers", "--nologo", "-v", "q");
            Dotnet(_folder.FullName, "new", "install", $"{Feed}/XdpAudit.Templates.{Version}.nupkg", "--debug:custom-hive", Hive);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The packages' version.</summary>
    internal string Version { get; }

    /// <summary>Where the packages are.</summary>
    internal string Feed => Path.Combine(_folder.FullName, "feed");

    /// <summary>Where plugins are made.</summary>
    internal string Work => Path.Combine(_folder.FullName, "work");

    internal string Hive => Path.Combine(_folder.FullName, "hive");

    internal static string Root { get; } = FindRoot();

    // The keeper waits for the end of its input, which also comes when the test is killed.
    public void Dispose()
    {
        _keeper.StandardInput.Close();
        _keeper.WaitForExit();
        _keeper.Dispose();
    }

    /// <summary>Runs dotnet as an author would; returns what it printed.</summary>
    internal string Dotnet(string folder, params string[] words)
    {
        var answer = TryDotnet(folder, words);
        Assert.True(answer.ExitCode == 0, $"'dotnet {string.Join(' ', words)}' ended with {answer.ExitCode}: {answer.Output}{answer.Errors}");
        return answer.Output + answer.Errors;
    }

    /// <summary>As <see cref="Dotnet"/>, where failure is part of the test.</summary>
    internal Shell.Answer TryDotnet(string folder, params string[] words)
    {
        // Where builds take turns on a machine, the environment names the lock.
        string[] turn = Environment.GetEnvironmentVariable("XDPAUDIT_BUILD_LOCK") is { Length: > 0 } held ? ["flock", held] : [];
        string[] line = [.. turn, "dotnet", .. words];
        var start = new ProcessStartInfo(line[0], line[1..]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["NUGET_PACKAGES"] = Path.Combine(_folder.FullName, "packages");
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";

        // A look at every advisory of the source takes longer than all the rest of a restore, and says nothing of these packages.
        start.Environment["NuGetAudit"] = "false";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";

        // Of the run that this one is part of: they would be taken for the author's.
        foreach (var inherited in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.Ordinal) && key != "MSBUILDDISABLENODEREUSE").ToList())
        {
            start.Environment.Remove(inherited);
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        return new(process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }

    /// <summary>
    /// Our packages come from the feed and from nowhere else, all others from the machine's sources; what the machine has of those already is read where
    /// it is and not fetched again.
    /// </summary>
    private void WriteConfiguration()
    {
        // Asked before there is a configuration of ours.
        var listed = Shell.Run("dotnet", "nuget", "list", "source", "--format", "detailed");
        var machine = Source().Matches(listed).Select(source => source.Groups[1].Value).ToList();
        Assert.NotEmpty(machine);
        var had = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget/packages");
        XElement Mapped(string source, string pattern) => new("packageSource", new XAttribute("key", source), new XElement("package", new XAttribute("pattern", pattern)));
        new XElement(
            "configuration",
            new XElement("packageSources", new XElement("add", new XAttribute("key", "kit"), new XAttribute("value", Feed))),
            new XElement("packageSourceMapping", [Mapped("kit", "XdpAudit.*"), .. machine.Select(source => Mapped(source, "*"))]),
            new XElement("fallbackPackageFolders", Directory.Exists(had) ? new XElement("add", new XAttribute("key", "had"), new XAttribute("value", had)) : null))
            .Save(Path.Combine(_folder.FullName, "nuget.config"));
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "XdpAudit.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"no XdpAudit.sln above '{AppContext.BaseDirectory}': these tests pack the checkout they were built from");
        }

        return folder;
    }

    [GeneratedRegex(@"^\s*\d+\.\s+(.+?) \[Enabled\]", RegexOptions.Multiline)]
    private static partial Regex Source();
}
