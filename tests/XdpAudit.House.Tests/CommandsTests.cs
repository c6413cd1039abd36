using System.Text.RegularExpressions;

namespace XdpAudit.House.Tests;

/// <summary>What the pages tell people to type exists, and what exists is told.</summary>
public sealed partial class CommandsTests
{
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
    private static readonly string Program = Repository.Path($"artifacts/bin/XdpAudit.Cli/{Configuration}/xdpaudit");

    [Fact]
    public void Every_command_of_the_program_is_on_the_page_of_the_command_line_and_no_other()
    {
        NeedsProgram();
        var documented = new Page("docs/cli.md").Column("Command").Select(Words).Order(StringComparer.Ordinal).ToList();

        var nouns = Subcommands("");
        var known = nouns.SelectMany(n => Subcommands(n) is { Count: > 0 } verbs ? verbs.Select(v => $"{n} {v}") : [n]).Order(StringComparer.Ordinal).ToList();

        Assert.Equal(known, documented);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/cli.md")]
    [InlineData("docs/threat-model.md")]
    [InlineData("docs/permissions.md")]
    [InlineData("docs/plugins.md")]
    public void Every_command_and_option_that_a_page_shows_is_understood(string page)
    {
        NeedsProgram();
        var shown = Shown().Matches(Repository.Read(page)).Select(m => m.Groups[1].Value.Split(" #")[0].Trim()).Distinct().ToList();

        Assert.NotEmpty(shown);
        foreach (var line in shown)
        {
            var words = Words("xdpaudit " + line);
            var help = Shell.Try(Program, [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
            Assert.True(help.ExitCode == 0, $"{page} shows 'xdpaudit {line}': {help.Errors}");
            Assert.All(line.Split(' ').Where(w => w.StartsWith('-') && !MinusTime().IsMatch(w)), o => Assert.Contains(o, help.Output, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("xdpaudit")]
    [InlineData("test")]
    [InlineData(".ci/run")]
    [InlineData("packaging/publish")]
    public void A_script_can_be_started_and_is_understood_by_a_plain_shell(string script)
    {
        var path = Repository.Path(script);

        var mode = Shell.Run("stat", "-c", "%A", path);
        Assert.True(mode.Trim() == "-rwxr-xr-x", $"{script} has mode {mode.Trim()}: chmod 755 {script}");
        var parsed = Shell.Try("/bin/sh", "-n", path);
        Assert.True(parsed.ExitCode == 0, parsed.Errors);
    }

    [Fact]
    public void Every_file_a_page_links_to_is_there()
    {
        var pages = Repository.Written().Where(f => f.EndsWith(".md", StringComparison.Ordinal));

        var broken = pages.SelectMany(p => Link().Matches(Repository.Read(p))
            .Select(m => Path.Combine(Path.GetDirectoryName(p)!, m.Groups[1].Value.Split('#')[0]))
            .Where(to => !Path.Exists(Repository.Path(to)))
            .Select(to => $"{p} -> {to}"));

        Repository.None(broken, "broken links");
    }

    private static void NeedsProgram() => Assert.SkipUnless(File.Exists(Program), $"needs {Program}");

    private static List<string> Subcommands(string noun)
    {
        var help = Shell.Run(Program, [.. noun.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        var list = help.Split("\nCommands:\n") is [_, var rest] ? rest : "";
        return [.. Subcommand().Matches(list).Select(m => m.Groups[1].Value)];
    }

    // The lower-case words before the first argument or option: 'program list' of 'xdpaudit program list --at T'.
    private static string Words(string line) =>
        string.Join(' ', line.Split(' ').Skip(1).TakeWhile(w => LowerCase().IsMatch(w)));

    [GeneratedRegex(@"(?<=[` ./]|^)xdpaudit ((?:[a-z]|--)[^`\n)]*)", RegexOptions.Multiline)]
    private static partial Regex Shown();

    [GeneratedRegex(@"^  ([a-z]+)\b", RegexOptions.Multiline)]
    private static partial Regex Subcommand();

    [GeneratedRegex("^[a-z]+$")]
    private static partial Regex LowerCase();

    [GeneratedRegex("^-[0-9]")]
    private static partial Regex MinusTime();

    [GeneratedRegex(@"\]\(([^):]+)\)")]
    private static partial Regex Link();
}
