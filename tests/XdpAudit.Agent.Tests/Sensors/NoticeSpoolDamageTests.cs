namespace XdpAudit.Agent.Tests;

/// <summary>A spool whose files are not what they were: what is sound is given, what is not is counted.</summary>
public sealed class NoticeSpoolDamageTests
{
    [Fact]
    public void A_record_that_was_cut_anywhere_is_told_as_lost_and_those_before_it_are_given()
    {
        using var folder = new Folder();
        long whole;
        long before;
        using (var spool = Notices.Open(folder.Spool))
        {
            spool.Append(Notices.Many(1, 2));
            before = spool.Bytes;
            spool.Append(Notices.Many(3, 1));
            whole = spool.Bytes;
        }

        var segment = File.ReadAllBytes(folder.Segments[0]);
        var state = File.ReadAllBytes(Path.Combine(folder.Spool, "state"));
        for (var length = before; length < whole; length++)
        {
            File.WriteAllBytes(folder.Segments[0], segment[..(int)length]);
            File.WriteAllBytes(Path.Combine(folder.Spool, "state"), state);

            string first;
            using (var torn = Notices.Open(folder.Spool))
            {
                first = Notices.Told(torn.Peek(9));
            }

            using var next = Notices.Open(folder.Spool);
            var second = Notices.Told(next.Peek(9));
            next.Append(Notices.Many(4, 1));

            // Cut at its first byte it was never begun.
            Assert.Equal(length == before ? ("1-2", "1-2", "1-2 4") : ("1-2 lost(1: 2-2)", "1-2 lost(1: 2-2)", "1-2 lost(1: 2-4) 4"), (first, second, Notices.Told(next.Peek(9))));
            Assert.True(File.ReadAllBytes(folder.Segments[0]).AsSpan(0, (int)before).SequenceEqual(segment.AsSpan(0, (int)before)));
        }
    }

    [Fact]
    public void A_first_segment_that_was_cut_anywhere_leaves_a_spool_that_works()
    {
        using var folder = new Folder();
        using (var spool = Notices.Open(folder.Spool))
        {
            spool.Append(Notices.Many(1, 1));
        }

        var segment = File.ReadAllBytes(folder.Segments[0]);
        for (var length = 0; length < segment.Length; length++)
        {
            using var another = new Folder();
            Directory.CreateDirectory(another.Spool);
            File.WriteAllBytes(Path.Combine(another.Spool, Path.GetFileName(folder.Segments[0])), segment[..length]);
            File.Copy(Path.Combine(folder.Spool, "state"), Path.Combine(another.Spool, "state"));

            using var torn = Notices.Open(another.Spool);
            torn.Append(Notices.Many(2, 1));

            // Empty, or with nothing but the boot: the first record was never begun.
            Assert.Equal(length is 0 or 48 ? "2" : "lost(1: 0-2) 2", Notices.Told(torn.Peek(9)));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_flipped_byte_costs_one_notice_and_it_is_told_which(bool whileOpen)
    {
        using var folder = new Folder();
        using (var spool = Notices.Open(folder.Spool))
        {
            spool.Append(Notices.Many(1, 4));
        }

        var segment = File.ReadAllBytes(folder.Segments[0]);
        var state = File.ReadAllBytes(Path.Combine(folder.Spool, "state"));
        var told = new List<string>();
        for (var at = 0; at < segment.Length; at++)
        {
            var flipped = segment.ToArray();
            flipped[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(folder.Segments[0], whileOpen ? segment : flipped);
            File.WriteAllBytes(Path.Combine(folder.Spool, "state"), state);

            using var spool = Notices.Open(folder.Spool);
            if (whileOpen)
            {
                File.WriteAllBytes(folder.Segments[0], flipped);
            }

            told.Add(Notices.Told(spool.Peek(9)));
            Assert.Equal(4, spool.Count);
        }

        var record = (segment.Length - 48) / 4;
        Assert.Equal(
            [.. Enumerable.Repeat("1-4", 48), .. Enumerable.Repeat("lost(1: 0-2) 2-4", record), .. Enumerable.Repeat("1 lost(1: 1-3) 3-4", record), .. Enumerable.Repeat("1-2 lost(1: 2-4) 4", record), .. Enumerable.Repeat("1-3 lost(1: 3-3)", record)],
            told);
    }

    [Fact]
    public void A_segment_that_is_gone_is_counted()
    {
        using var folder = new Folder();
        using var spool = Notices.Open(folder.Spool, 64 << 10);
        spool.Append(Notices.Many(1, 200));
        var segments = folder.Segments;
        var first = Convert.ToInt32(Path.GetFileNameWithoutExtension(segments[1]), 16);
        var next = Convert.ToInt32(Path.GetFileNameWithoutExtension(segments[2]), 16);

        File.Delete(segments[1]);
        var told = Notices.Told(spool.Peek(1000));

        Assert.Equal($"1-{first - 1} lost({next - first}: {first - 1}-{next}) {next}-200", told);
    }

    [Fact]
    public void Damage_in_many_places_never_costs_a_notice_untold()
    {
        using var folder = new Folder();
        using (var spool = Notices.Open(folder.Spool, 256 << 10))
        {
            spool.Append(Notices.Many(1, 800));
        }

        foreach (var segment in folder.Segments)
        {
            var bytes = File.ReadAllBytes(segment);
            for (var at = 1000; at < bytes.Length - 2000; at += 3001)
            {
                bytes.AsSpan(at, 777).Fill(0xee);
            }

            File.WriteAllBytes(segment, bytes);
        }

        using var damaged = Notices.Open(folder.Spool, 256 << 10);
        var given = new List<KernelNotice>();
        while (damaged.Count > 0)
        {
            var some = damaged.Peek(7);
            given.AddRange(some);
            damaged.Remove(some.Count);
        }

        var kept = given.Where(n => n is not LossNotice).ToList();
        Assert.Equal(800UL, given.Aggregate(0UL, (sum, n) => sum + (n is LossNotice l ? l.Count!.Value : 1)));
        Assert.Equal(kept.Select(n => n.BootNs).Distinct().Order(), kept.Select(n => n.BootNs));
        Assert.InRange(kept.Count, 300, 700);
        Assert.All(given.OfType<LossNotice>(), l => Assert.DoesNotContain(kept, n => n.BootNs > l.SinceBootNs && n.BootNs < l.BootNs));
        Assert.Empty(folder.Segments);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_its_position_a_spool_gives_again_and_loses_nothing(bool removed)
    {
        using var folder = new Folder();
        using (var spool = Notices.Open(folder.Spool))
        {
            spool.Append(Notices.Many(1, 10));
            spool.Peek(4);
            spool.Remove(4);
        }

        var state = Path.Combine(folder.Spool, "state");
        if (removed)
        {
            File.Delete(state);
        }
        else
        {
            File.WriteAllBytes(state, [.. Enumerable.Repeat((byte)'x', 8192)]);
        }

        using var next = Notices.Open(folder.Spool);

        Assert.Equal("1-10", Notices.Told(next.Peek(100)));
    }

    [Fact]
    public void Of_two_positions_the_last_sound_one_counts()
    {
        using var folder = new Folder();
        using (var spool = Notices.Open(folder.Spool))
        {
            spool.Append(Notices.Many(1, 10));
            spool.Peek(10);
            spool.Remove(4);
            spool.Remove(2);
        }

        var path = Path.Combine(folder.Spool, "state");
        var state = File.ReadAllBytes(path);
        var told = new List<string>();
        foreach (var slot in new[] { 0, 4096 })
        {
            var torn = state.ToArray();
            torn[slot + 20] ^= 1;
            File.WriteAllBytes(path, torn);
            using (var next = Notices.Open(folder.Spool))
            {
                told.Add(Notices.Told(next.Peek(100)));
            }
        }

        Assert.Equal(["5-10", "7-10"], told.Order(StringComparer.Ordinal));
    }
}
