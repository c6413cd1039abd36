using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;

namespace XdpAudit.Agent.Tests;

/// <summary>An auditor killed at any instruction while it fills or empties its spool.</summary>
public sealed class KilledSpoolTests
{
    private const int Rounds = 6;
    private const string First = "XDPAUDIT_TEST_FIRST";
    private const string Empties = "XDPAUDIT_TEST_EMPTIES";

    [Fact]
    public async Task All_that_was_put_in_before_the_kill_is_there_and_a_record_cut_short_is_told()
    {
        using var folder = new Folder();
        var put = 0;
        var cut = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var acknowledged = await KillAsync(folder, put + 1, false, 3000 + (round * 777));
            using var spool = Notices.Open(folder.Spool, 512 << 20);
            var found = spool.Peek(int.MaxValue);
            var last = (int)found[^1].BootNs;

            // What the kill cut short was never acknowledged. The next auditor writes on with the next number.
            Assert.InRange(last, acknowledged, int.MaxValue);
            Assert.Equal(Enumerable.Range(1, last).Select(n => (ulong)n), found.Where(n => n is not LossNotice).Select(n => n.BootNs));
            cut = found.Count(n => n is LossNotice);
            put = last;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{put} put in, {cut} of {Rounds} kills cut a record");
        Assert.InRange(cut, 0, Rounds);
    }

    [Fact]
    public async Task What_was_taken_out_before_the_kill_and_what_is_there_after_it_is_all()
    {
        using var folder = new Folder();
        var put = 0;
        var twice = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var acknowledged = await KillAsync(folder, put + 1, true, 3000 + (round * 777));
            using var spool = Notices.Open(folder.Spool, 512 << 20);
            var found = spool.Peek(int.MaxValue).Where(n => n is not LossNotice).Select(n => (int)n.BootNs).ToList();
            var taken = Read(folder, "taken");

            Assert.True(taken > 0, "nothing was taken out");
            Assert.InRange(found[0], 1, taken + 1);
            Assert.InRange(found[^1], acknowledged, int.MaxValue);
            Assert.Equal(Enumerable.Range(found[0], found.Count), found);
            twice += taken + 1 - found[0];
            put = found[^1];
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{put} put in, {twice} given twice");
        Assert.InRange(twice, 0, Rounds * 3000);
    }

    /// <summary>The auditor of the tests above: started by them in a process of its own, and killed by them.</summary>
    [Fact(Explicit = true)]
    public void It_fills_and_empties_until_it_is_killed()
    {
        var directory = Environment.GetEnvironmentVariable(Database.Child)!;
        var next = int.Parse(Environment.GetEnvironmentVariable(First)!, CultureInfo.InvariantCulture);
        var empties = Environment.GetEnvironmentVariable(Empties) is "yes";
        using var put = Open("put");
        using var taken = Open("taken");
        using var spool = Notices.Open(Path.Combine(directory, "spool"), 512 << 20);
        for (var batch = 1; ; batch = (batch * 7 % 7919) + 1)
        {
            spool.Append(Notices.Many(next, batch));
            next += batch;
            Tell(put, next - 1);
            for (var left = batch - (batch / 10); empties && left > 0;)
            {
                // Told before it is removed, as a journal is written before.
                var some = spool.Peek(Math.Min(left, 3000));
                Tell(taken, (int)some[^1].BootNs);
                spool.Remove(some.Count);
                left -= some.Count;
            }
        }

        FileStream Open(string name) => new(Path.Combine(directory, name), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, 0);
    }

    private static async Task<int> KillAsync(Folder folder, int first, bool empties, int more)
    {
        var how = new ProcessStartInfo(Environment.ProcessPath!, ["-explicit", "only", "-method", $"*.{nameof(It_fills_and_empties_until_it_is_killed)}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        how.Environment[Database.Child] = folder.Path;
        how.Environment[First] = first.ToString(CultureInfo.InvariantCulture);
        how.Environment[Empties] = empties ? "yes" : "no";
        using var child = Process.Start(how)!;
        var said = child.StandardOutput.ReadToEndAsync();
        _ = child.StandardError.ReadToEndAsync();
        try
        {
            var start = Stopwatch.GetTimestamp();
            while (Read(folder, "put") < first + more)
            {
                Assert.False(child.HasExited, child.HasExited ? await said : "");
                Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60), "the child does not get anywhere");
                await Task.Delay(1, Rig.Token); // what another process has written has no event here
            }

            // The kernel lets a file grow page by page: killed at the first sign of it, most of a write is still to be done. What is told as
            // taken is not yet removed.
            Func<long> sign = empties ? () => Read(folder, "taken") : () => Size(folder);
            for (var seen = sign(); sign() <= seen && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60); seen = sign())
            {
            }
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
        }

        return Read(folder, "put");
    }

    private static long Size(Folder folder) => folder.Segments is [.., var last] && new FileInfo(last) is { Exists: true } file ? file.Length : 0;

    private static void Tell(FileStream file, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        RandomAccess.Write(file.SafeFileHandle, bytes, 0);
    }

    private static int Read(Folder folder, string name)
    {
        var path = Path.Combine(folder.Path, name);
        return File.Exists(path) && File.ReadAllBytes(path) is { Length: 4 } bytes ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;
    }
}
