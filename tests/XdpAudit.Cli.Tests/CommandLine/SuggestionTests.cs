namespace XdpAudit.Cli.Tests;

public sealed class SuggestionTests
{
    private static readonly string[] Verbs = ["list", "show", "history", "load", "unload", "pin", "unpin"];

    [Theory]
    [InlineData("lst", "list")]
    [InlineData("hisotry", "history")]
    [InlineData("laod", "load")]
    [InlineData("un", "unload unpin")]
    [InlineData("upin", "pin unpin")]
    [InlineData("x", "")]
    [InlineData("destroy", "")]
    public void Slips_of_the_finger_are_understood_and_guesses_are_not_made(string typed, string meant) =>
        Assert.Equal(meant, string.Join(' ', Suggestions.For(typed, Verbs)));

    [Fact]
    public void There_are_three_at_most() => Assert.Equal(3, Suggestions.For("aaa", ["aaab", "aaac", "aaad", "aaae"]).Count);
}
