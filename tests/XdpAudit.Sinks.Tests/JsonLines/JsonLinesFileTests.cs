using System.Text.Json;
using XdpAudit.Plugins.JsonLines;

namespace XdpAudit.Sinks.Tests;

public sealed class JsonLinesFileTests : IAsyncDisposable
{
    private readonly Folder _folder = new();
    private readonly List<ISink> _sinks = [];

    private string Log => _folder.File("events.jsonl");

    [Fact]
    public async Task A_line_is_the_event_as_the_api_tells_it()
    {
        await AcceptedAsync(Sink(), A.Batch(17, 1));

        var line = JsonDocument.Parse(Assert.Single(Lines.Of(Log))).RootElement;
        var entry = line.GetProperty("entry");

        Assert.Equal(A.Envelope(17).Id, line.GetProperty("id").GetString());
        Assert.Equal(A.Host, line.GetProperty("host").GetString());
        Assert.Equal("program_loaded", entry.GetProperty("event").GetString());
        Assert.Equal("alice", entry.GetProperty("actor").GetProperty("identity").GetProperty("comm").GetString());
        Assert.Equal(17, entry.GetProperty("data").GetProperty("program").GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task No_name_puts_a_control_character_or_a_line_end_into_the_file()
    {
        await AcceptedAsync(Sink(), [A.Hostile(1)]);

        Assert.DoesNotContain(Assert.Single(Lines.Of(Log)), c => c is < ' ' or > '~');
    }

    [Fact]
    public async Task The_file_is_for_its_owner_to_write_and_its_group_to_read()
    {
        await AcceptedAsync(Sink(), A.Batch(1, 1));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(Log));
    }

    [Fact]
    public async Task A_full_file_is_put_aside_and_as_many_are_kept_as_the_setting_says()
    {
        var line = Lines.Text(await WrittenOnceAsync()).Length;
        File.Delete(Log);
        var sink = Sink(new() { Path = Log, MaxBytes = (2 * line) + 10, Keep = 2 });

        for (var i = 1; i <= 9; i++)
        {
            await AcceptedAsync(sink, A.Batch(i, 1));
        }

        Assert.Equal(("9", "7 8", "5 6"), (Lines.Positions(Log), Lines.Positions(Log + ".1"), Lines.Positions(Log + ".2")));
        Assert.Equal(3, Directory.GetFiles(_folder.Path).Length);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"id\":\"")]
    [InlineData("{\"id\":\"0123/host/3\",\"host\":\"0123\",\"entry\":{\"journ")]
    public async Task What_a_crash_left_of_a_line_is_cut_off_and_the_event_comes_again(string torn)
    {
        await AcceptedAsync(Sink(), A.Batch(1, 2));
        await DisposeSinksAsync();
        await File.AppendAllTextAsync(Log, torn, TestContext.Current.CancellationToken);

        await AcceptedAsync(Sink(), A.Batch(3, 2));

        Assert.Equal("1 2 3 4", Lines.Positions(Log));
    }

    [Fact]
    public async Task A_torn_line_longer_than_any_buffer_is_cut_off_too()
    {
        await AcceptedAsync(Sink(), A.Batch(1, 2));
        await DisposeSinksAsync();
        await File.AppendAllTextAsync(Log, "{\"id\":\"" + new string('x', 300_000), TestContext.Current.CancellationToken);

        await AcceptedAsync(Sink(), A.Batch(3, 1));

        Assert.Equal("1 2 3", Lines.Positions(Log));
    }

    [Fact]
    public async Task A_file_of_somebody_else_is_not_cut()
    {
        await File.WriteAllTextAsync(Log, "root:x:0:0", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(Log, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var trouble = await TroubleAsync(Sink());

        Assert.Contains("its last line is not one of this sink", trouble, StringComparison.Ordinal);
        Assert.Equal("root:x:0:0", Lines.Text(Log));
    }

    [Fact]
    public async Task A_file_that_was_moved_away_is_left_and_another_begun()
    {
        var sink = Sink();
        await AcceptedAsync(sink, A.Batch(1, 1));
        File.Move(Log, Log + "-20260301");

        await AcceptedAsync(sink, A.Batch(2, 1));

        Assert.Equal(("1", "2"), (Lines.Positions(Log + "-20260301"), Lines.Positions(Log)));
    }

    [Fact]
    public async Task A_file_that_was_shortened_by_others_is_written_on_without_a_hole()
    {
        var sink = Sink();
        await AcceptedAsync(sink, A.Batch(1, 3));
        Shell.Run("truncate", "-s", "0", Log);

        await AcceptedAsync(sink, A.Batch(4, 1));

        Assert.Equal("4", Lines.Positions(Log));
    }

    [Fact]
    public async Task A_second_writer_finds_the_file_locked()
    {
        await AcceptedAsync(Sink(), A.Batch(1, 1));

        await TroubleAsync(Sink());

        Assert.Equal("1", Lines.Positions(Log));
    }

    public async ValueTask DisposeAsync()
    {
        await DisposeSinksAsync();
        _folder.Dispose();
    }

    private async Task<string> WrittenOnceAsync()
    {
        await AcceptedAsync(Sink(), A.Batch(1, 1));
        await DisposeSinksAsync();
        return Log;
    }

    private async Task DisposeSinksAsync()
    {
        foreach (var sink in _sinks)
        {
            await sink.DisposeAsync();
        }

        _sinks.Clear();
    }

    private ISink Sink(JsonLinesOptions? options = null)
    {
        _sinks.Add(new JsonLinesSink(options ?? new() { Path = Log }));
        return _sinks[^1];
    }

    private static async Task AcceptedAsync(ISink sink, IReadOnlyList<AuditEnvelope> batch)
    {
        var outcome = await sink.DeliverAsync(batch, TestContext.Current.CancellationToken);
        Assert.Equal((batch.Count, null), (outcome.Accepted, outcome.Trouble));
    }

    private static async Task<string> TroubleAsync(ISink sink)
    {
        var outcome = await sink.DeliverAsync(A.Batch(1, 1), TestContext.Current.CancellationToken);
        Assert.Equal(0, outcome.Accepted);
        return outcome.Trouble!;
    }
}
