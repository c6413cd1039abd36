using XdpAudit.Plugins.JsonLines;

namespace XdpAudit.Sinks.Tests;

/// <summary>The auditor writes with all its rights: nobody else may choose where to.</summary>
public sealed class JsonLinesPlaceTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly Folder _folder = new();

    private string Log => _folder.File("events.jsonl");

    [Fact]
    public async Task A_symlink_is_not_followed()
    {
        await File.WriteAllTextAsync(_folder.File("victim"), "", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(Log, _folder.File("victim"));

        Assert.Contains("it is a symlink", await TroubleAsync(Log), StringComparison.Ordinal);
        Assert.Empty(Lines.Text(_folder.File("victim")));
    }

    [Fact]
    public async Task A_symlink_to_nothing_makes_no_file()
    {
        File.CreateSymbolicLink(Log, _folder.File("victim"));

        Assert.Contains("it is a symlink", await TroubleAsync(Log), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("victim")));
    }

    [Fact]
    public async Task A_directory_that_is_a_symlink_is_not_followed()
    {
        Directory.CreateDirectory(_folder.File("real"), Private);
        Directory.CreateSymbolicLink(_folder.File("log"), _folder.File("real"));

        Assert.Contains("/log' is a symlink; name the real path", await TroubleAsync(_folder.File("log/events.jsonl")), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.File("real")));
    }

    [Theory]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite | UnixFileMode.StickyBit)]
    public async Task A_directory_that_others_may_write_is_refused(UnixFileMode others)
    {
        File.SetUnixFileMode(_folder.Path, Private | others);

        var trouble = await TroubleAsync(Log);

        Assert.Contains($"others may write '{_folder.Path}'", trouble, StringComparison.Ordinal);
        Assert.Contains("chmod go-w", trouble, StringComparison.Ordinal);
        Assert.False(File.Exists(Log));
    }

    [Fact]
    public async Task A_directory_further_up_that_all_may_write_is_refused()
    {
        File.SetUnixFileMode(_folder.Path, Private | UnixFileMode.OtherWrite);
        Directory.CreateDirectory(_folder.File("log"), Private);

        Assert.Contains($"others may write '{_folder.Path}'", await TroubleAsync(_folder.File("log/events.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_others_may_write_is_refused()
    {
        await File.WriteAllTextAsync(Log, "", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(Log, Private | UnixFileMode.OtherWrite);

        Assert.Contains("others may write it (mode 0702); chmod go-w", await TroubleAsync(Log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_in_the_place_of_the_file_is_refused()
    {
        Directory.CreateDirectory(Log);

        Assert.Contains("it is a directory; name a file in it", await TroubleAsync(Log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_in_the_place_of_the_file_is_refused_and_does_not_make_it_wait()
    {
        Shell.Run("mkfifo", "-m", "600", Log);

        Assert.Contains("it is no regular file", await TroubleAsync(Log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_directory_it_says_how_to_make_it()
    {
        Assert.Contains($"mkdir -p -m 0750 '{_folder.File("none")}'", await TroubleAsync(_folder.File("none/events.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_trouble_and_what_it_took_of_a_batch_is_taken_back()
    {
        Requires.RootAndBpf();
        using var lab = new Lab();
        var disk = Directory.CreateDirectory($"{lab.Folder}/disk").FullName;
        Shell.Run("mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", disk);
        var log = $"{disk}/events.jsonl";
        await using var sink = new JsonLinesSink(new() { Path = log });
        Assert.Equal(2, (await sink.DeliverAsync(A.Batch(1, 2), TestContext.Current.CancellationToken)).Accepted);

        var full = await sink.DeliverAsync([A.Envelope(3), A.Hostile(4)], TestContext.Current.CancellationToken);
        var kept = Lines.Positions(log);
        var smaller = await sink.DeliverAsync(A.Batch(3, 1), TestContext.Current.CancellationToken);

        Assert.Equal(0, full.Accepted);
        Assert.Contains("No space left on device", full.Trouble, StringComparison.Ordinal);
        Assert.Equal("1 2", kept);
        Assert.Equal(1, smaller.Accepted);
        Assert.Equal("1 2 3", Lines.Positions(log));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string> TroubleAsync(string path)
    {
        await using var sink = new JsonLinesSink(new() { Path = path });
        var outcome = await sink.DeliverAsync(A.Batch(1, 1), TestContext.Current.CancellationToken);
        Assert.Equal(0, outcome.Accepted);
        return outcome.Trouble!;
    }
}
