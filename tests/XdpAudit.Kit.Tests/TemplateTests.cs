using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace XdpAudit.Kit.Tests;

/// <summary>What an author of a plugin does first, with the packages as they are published.</summary>
public sealed partial class TemplateTests(Kit kit, ITestOutputHelper output)
{
    [Theory]
    [InlineData("detector", 16)]
    [InlineData("sink", 10)]
    [InlineData("sensor", 9)]
    [InlineData("executor", 117)]
    public void A_new_plugin_keeps_its_promises_and_publishes_its_own_files_only(string kind, int promises)
    {
        var name = $"Acme.Odd{char.ToUpperInvariant(kind[0])}{kind[1..]}";
        var folder = Path.Combine(kit.Work, name);
        var began = Stopwatch.GetTimestamp();

        kit.Dotnet(kit.Work, "new", $"xdpaudit-{kind}", "-n", name, "--debug:custom-hive", kit.Hive);
        var made = Stopwatch.GetElapsedTime(began);
        kit.Dotnet(folder, "build", "--disable-build-servers", "-warnaserror");
        var built = Stopwatch.GetElapsedTime(began);
        var tested = kit.Dotnet(folder, "test", "--no-build");
        var green = Stopwatch.GetElapsedTime(began);
        var published = Path.Combine(folder, "published");
        kit.Dotnet(folder, "publish", name, "-o", published, "--disable-build-servers");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{kind}: made after {made.TotalSeconds:0.0} s, built after {built.TotalSeconds:0.0} s, green after {green.TotalSeconds:0.0} s, published after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s"));

        Assert.Equal((promises, 0), (Count(tested, "succeeded"), Count(tested, "failed")));
        string[] own = [$"{name}.deps.json", $"{name}.dll", $"{name}.pdb", $"{name}.runtimeconfig.json", "SHA256SUMS", "plugin.json", .. kind == "sink" ? ["appsettings.sample.json", "conformance.json"] : Array.Empty<string>()];
        Assert.Equal(own.Order(StringComparer.Ordinal), Directory.EnumerateFileSystemEntries(published).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(0, Shell.Type($"cd '{published}' && sha256sum --strict -c SHA256SUMS").ExitCode);
        using var manifest = JsonDocument.Parse(File.ReadAllText($"{published}/plugin.json"));
        Assert.Equal(
            ($"odd-{kind}", kind, $"{name}.dll", "0.1"),
            (Text(manifest, "id"), Text(manifest, "kind"), Text(manifest, "entry"), Text(manifest, "contract")));
        Assert.DoesNotContain("Abstractions", File.ReadAllText($"{published}/{name}.deps.json"), StringComparison.Ordinal);

        // The auditor of this checkout runs what was published, and tries what it can without the author.
        var verified = Shell.Try(Shipped.Server, "plugin", "verify", published, "--conformance", "--allow-list", $"{kit.Work}/plugins.allow.json", "--plugins", kit.Work);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Errors);
        Assert.Matches("  ([1-9][0-9]*) of \\1 promises are kept\n  all checks pass\n$", verified.Output);
    }

    [Fact]
    public void The_packages_carry_the_licence_a_readme_and_nothing_of_the_machine()
    {
        foreach (var package in new[] { "Abstractions", "Sdk", "Conformance", "Simulated", "ConformanceTests", "Templates" })
        {
            var file = $"{kit.Feed}/XdpAudit.{package}.{kit.Version}.nupkg";
            var about = Shell.Run("unzip", "-p", file, $"XdpAudit.{package}.nuspec");

            Assert.Contains("<license type=\"expression\">Apache-2.0</license>", about, StringComparison.Ordinal);
            Assert.Contains("<readme>README.md</readme>", about, StringComparison.Ordinal);
            Assert.DoesNotContain(Kit.Root, about, StringComparison.Ordinal);
        }

        Assert.Equal(6, Directory.GetFiles(kit.Feed).Length);
    }

    [Fact]
    public void The_templates_and_this_checkout_use_one_version_of_the_test_framework()
    {
        var pinned = XunitVersion().Match(File.ReadAllText($"{Kit.Root}/Directory.Packages.props")).Groups[1].Value;

        var used = Directory.GetFiles($"{Kit.Root}/src/XdpAudit.Templates/content", "*.Tests.csproj", SearchOption.AllDirectories).Select(file => XunitVersion().Match(File.ReadAllText(file)).Groups[1].Value).ToList();

        Assert.Equal(4, used.Count);
        Assert.All(used, version => Assert.Equal(pinned, version));
    }

    private static string? Text(JsonDocument manifest, string member) => manifest.RootElement.GetProperty(member).GetString();

    private static int Count(string said, string what) =>
        int.Parse(Regex.Match(said, $@"^\s*{what}: (\d+)", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("Include=\"xunit.v3\" Version=\"([^\"]+)\"")]
    private static partial Regex XunitVersion();
}
