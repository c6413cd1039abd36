using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace XdpAudit.House.Tests;

/// <summary>Every list in the pages that mirrors code says what the code says.</summary>
public sealed partial class DocumentedListsTests
{
    [Fact]
    public void The_page_of_events_lists_every_event_by_its_stored_name()
    {
        var documented = new Page("docs/events.md").Rows("Stored name").Select(r => $"{r["Stored name"]} {r["Event"]}");

        var stored = EventNames.All.Select(e => $"{e.Key} {e.Value.Name}");

        Assert.Equal(stored.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_page_of_events_leaves_no_cell_empty()
    {
        var rows = new Page("docs/events.md").Rows("Stored name");

        Assert.All(rows, r => Assert.DoesNotContain("", r.Values));
    }

    [Fact]
    public void The_page_of_plugins_lists_every_kind_with_its_template_and_what_to_derive()
    {
        var rows = new Page("docs/plugins.md").Rows("Kind");

        Assert.Equal(PluginKind.All, rows.Select(r => r["Kind"]));
        Assert.All(rows, r => Assert.True(Directory.Exists(Repository.Path($"src/XdpAudit.Templates/content/{r["Template"].Split('-')[1]}")), r["Template"]));
        Assert.All(rows.SelectMany(r => r["Derive in the tests"].Split(", ")), c => Assert.True(File.Exists(Repository.Path($"src/XdpAudit.ConformanceTests/{c.Trim('`')}.cs")), c));
        Assert.All(rows, r => Assert.NotNull(typeof(PluginKind).Assembly.GetType($"XdpAudit.Abstractions.{r["Implement"]}")));
    }

    [Fact]
    public void The_page_of_the_command_line_lists_every_leak_rule()
    {
        var documented = new Page("docs/cli.md").Column("Rule");

        Assert.Equal(Constants(typeof(LeakRule)), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_threat_model_names_every_leak_rule_and_no_other()
    {
        var documented = new Page("docs/threat-model.md").Rows("Kind").SelectMany(r => CodeWord().Matches(r["Found by"]).Select(m => m.Value)).Distinct();

        Assert.Equal(Constants(typeof(LeakRule)), documented.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(typeof(FindingStates), "docs/cli.md")]
    [InlineData(typeof(ProgramStates), "docs/cli.md")]
    public void Every_state_is_named_on_the_page(Type states, string page)
    {
        var text = Repository.Read(page);

        Assert.All(Constants(states), s => Assert.Contains($"`{s}`", text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_exit_codes_are_those_of_the_command_line_program()
    {
        const string source = "src/XdpAudit.Cli/ExitCode.cs";
        Assert.SkipUnless(File.Exists(Repository.Path(source)), $"needs {source}");
        var documented = new Page("docs/cli.md").Rows("Code").Select(r => $"{r["Name"]} = {r["Code"]}");

        var coded = ExitCodeLine().Matches(Repository.Read(source)).Select(m => $"{m.Groups[1].Value} = {m.Groups[2].Value}");

        Assert.Equal(coded.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_json_of_a_program_on_the_page_is_the_json_that_is_sent()
    {
        var sample = Assert.Single(new Page("docs/cli.md").Code("json"))
            .Replace("HOST", "0123456789abcdef0123456789abcdef", StringComparison.Ordinal)
            .Replace("BOOT", "7d9e3f0a-6f0e-4c53-9d0f-3a1f2b4c5d6e", StringComparison.Ordinal);

        var program = JsonSerializer.Deserialize<IReadOnlyList<ProgramView>>($"[{sample}]", ApiJson.Default.Options)!.Single();
        var sent = JsonSerializer.SerializeToElement<IReadOnlyList<ProgramView>>([program], ApiJson.Default.Options)[0];

        foreach (var member in JsonDocument.Parse(sample).RootElement.EnumerateObject())
        {
            Assert.True(sent.TryGetProperty(member.Name, out var value), $"no member '{member.Name}' is sent");
            Assert.Equal(member.Value.ValueKind, value.ValueKind);
        }
    }

    private static IOrderedEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).Order(StringComparer.Ordinal);

    [GeneratedRegex("[a-z]+-[a-z-]+|(?<=`|^)vanished(?=`|$)")]
    private static partial Regex CodeWord();

    [GeneratedRegex(@"const int (\w+) = (\d+);")]
    private static partial Regex ExitCodeLine();
}
