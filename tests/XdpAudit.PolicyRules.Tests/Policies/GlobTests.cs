namespace XdpAudit.PolicyRules.Tests;

public sealed class GlobTests
{
    [Theory]
    [InlineData("eth0", "eth0", true)]
    [InlineData("eth0", "eth01", false)]
    [InlineData("eth0", "ETH0", false)]
    [InlineData("eth*", "eth", true)]
    [InlineData("eth*", "eth0.100", true)]
    [InlineData("eth?", "eth", false)]
    [InlineData("eth?", "eth0", true)]
    [InlineData("*", "", true)]
    [InlineData("?", "", false)]
    [InlineData("*a*b", "xaxbxb", true)]
    [InlineData("*a*b", "xaxbxc", false)]
    [InlineData("a*b*", "ab", true)]
    [InlineData("/usr/*/agent", "/usr/local/bin/agent", true)]
    [InlineData("eth[01]", "eth0", false)]
    [InlineData("eth[01]", "eth[01]", true)]
    [InlineData("a.c", "abc", false)]
    [InlineData("\\*", "*", false)]
    public void A_star_is_any_characters_and_a_question_mark_is_one_and_nothing_else_is_special(string pattern, string text, bool matches) =>
        Assert.Equal(matches, new Glob(pattern).Matches(text));

    [Fact]
    public void A_pattern_of_many_stars_takes_no_longer_than_text_times_pattern()
    {
        var text = new string('a', 20_000);

        Assert.False(new Glob(string.Concat(Enumerable.Repeat("*a", 200)) + "b").Matches(text));
    }
}
