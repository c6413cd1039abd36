using XdpAudit.Abstractions;

namespace XdpAudit.House.Tests;

/// <summary>docs/plugins.md is what an author has: its code is code that is compiled and tested, and its tables are whole.</summary>
public sealed class PluginPageTests
{
    private static readonly Page _page = new("docs/plugins.md");

    [Fact]
    public void Every_block_of_code_stands_word_for_word_in_a_file_that_is_compiled_and_tested()
    {
        var compiled = Repository.Files("src/XdpAudit.Templates/content", "*.cs").Concat(Repository.Files("tests/Plugins/Sample", "*.cs")).Select(Repository.Read).ToList();

        var blocks = _page.Code("csharp").ToList();

        Assert.True(blocks.Count >= 4, "the page shows code");
        Assert.All(blocks, block => Assert.True(compiled.Any(file => file.Contains(block.TrimEnd('\n'), StringComparison.Ordinal)), $"no file that is compiled holds:\n{block}"));
    }

    [Fact]
    public void Every_file_that_is_shown_is_one_that_the_templates_make()
    {
        var made = Repository.Files("src/XdpAudit.Templates/content", "*.json").Select(Repository.Read).ToList();

        Assert.All(_page.Code("json"), block => Assert.Contains(block.TrimEnd('\n'), made.Select(file => file.TrimEnd('\n'))));
    }

    [Fact]
    public void Every_receiver_that_a_sink_may_be_tried_against_is_told()
    {
        var told = _page.Rows("receiver").SelectMany(r => r["receiver"].Split(", ")).Select(kind => $"\"{kind.Trim('`')}\"").Order(StringComparer.Ordinal);

        Assert.Contains($"Kinds {{ get; }} = [{string.Join(", ", told)}];", Repository.Read("src/XdpAudit.Server/Sinks/TrialReceiver.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_code_of_a_refusal_is_told_with_what_to_do()
    {
        var codes = typeof(PluginRefusalCode).GetFields().Select(f => (string)f.GetValue(null)!).ToList();

        var told = _page.Rows("code").SelectMany(r => r["code"].Split(", ")).Select(c => c.Trim('`'));

        Assert.Equal(codes.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }
}
