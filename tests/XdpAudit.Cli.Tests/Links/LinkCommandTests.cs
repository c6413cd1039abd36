using XdpAudit.Abstractions;

namespace XdpAudit.Cli.Tests;

public sealed class LinkCommandTests
{
    [Theory]
    [InlineData("link-list", "link", "list")]
    [InlineData("link-list-json", "link", "list", "-o", "json")]
    [InlineData("link-show-defunct", "link", "show", "18")]
    [InlineData("link-history", "link", "history", "17")]
    [InlineData("attachment-list", "attachment", "list")]
    [InlineData("map-list", "map", "list")]
    [InlineData("interface-history", "interface", "history", "eth0")]
    public async Task Links_attachments_and_maps_are_printed(string golden, params string[] words)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Links, [A.Link(), A.Defunct()], ApiJson.Default.IReadOnlyListLinkView);
        auditor.Answers(Routes.Link, A.Defunct(), ApiJson.Default.LinkView);
        auditor.Answers(Routes.LinkHistory, [.. A.Story.Skip(1)], ApiJson.Default.IReadOnlyListHistoryEntry);
        auditor.Answers(Routes.Attachments, [A.Attachment, A.Netlink], ApiJson.Default.IReadOnlyListAttachmentView);
        auditor.Answers(Routes.Maps, [A.Map], ApiJson.Default.IReadOnlyListMapView);
        auditor.Answers(Routes.InterfaceHistory, A.Story, ApiJson.Default.IReadOnlyListHistoryEntry);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync(words);

        Golden.Check(golden, words, answer);
    }

    [Fact]
    public async Task A_link_in_force_is_shown_with_what_it_holds_and_where()
    {
        string[] words = ["link", "show", "17"];
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Link, A.Link(), ApiJson.Default.LinkView);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync(words);

        Golden.Check("link-show", words, answer);
    }
}
