using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

/// <summary>Directories that are held by a descriptor: what is looked at is what is opened, and no link leads elsewhere.</summary>
public sealed class HeldDirectoryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("xat-held-").FullName;

    public void Dispose() => Shell.Run("rm", "-rf", _root);

    [Theory]
    [InlineData("touch x", InodeKind.Regular)]
    [InlineData("mkdir x", InodeKind.Directory)]
    [InlineData("ln -s /etc x", InodeKind.SymbolicLink)]
    [InlineData("mkfifo x", InodeKind.Pipe)]
    public void What_a_name_names_is_told_without_following_it(string make, InodeKind kind)
    {
        Make(make);
        using var held = Enter(_root);

        Assert.Equal(kind, held.Look("x")!.Kind);
        Assert.Null(held.Look("y"));
    }

    [Theory]
    [InlineData("0644", false, false, false)]
    [InlineData("0664", true, false, false)]
    [InlineData("0646", true, false, false)]
    [InlineData("4755", false, true, false)]
    [InlineData("2755", false, true, false)]
    [InlineData("1755", false, false, true)]
    public void Its_mode_tells_who_may_write_and_what_else_it_gives(string mode, bool others, bool setId, bool sticky)
    {
        Make($"touch x && chmod {mode} x");
        using var held = Enter(_root);

        var status = held.Look("x")!;

        Assert.Equal((others, setId, sticky, Convert.ToUInt32(mode, 8)), (status.IsWritableByOthers, status.IsSetId, status.IsSticky, status.Mode));
        Assert.Equal(Shell.Run("stat", "-c", "%u %i", $"{_root}/x").Trim(), $"{status.Uid} {status.Identity.Inode}");
    }

    [Fact]
    public void No_link_is_entered_or_opened()
    {
        Make("mkdir d && ln -s d l && touch f && ln -s f m");
        using var held = Enter(_root);

        Assert.Null(held.Enter("l"));
        Assert.Null(held.Open("m"));
        Assert.Null(held.Enter("f"));
        using var directory = held.Enter("d");
        using var file = held.Open("f");
        Assert.Equal(($"{_root}/d", $"{_root}/f"), (directory!.Path, file!.Path));
    }

    [Fact]
    public void A_file_is_read_from_the_one_that_was_opened_and_a_change_of_it_shows()
    {
        File.WriteAllText($"{_root}/x", "before");
        using var held = Enter(_root);
        var seen = held.Look("x")!;
        using var file = held.Open("x")!;

        Make("mv x y && echo other > x");
        var bytes = file.Read(seen.Size);
        File.AppendAllText($"{_root}/y", "!");

        Assert.Equal("before"u8.ToArray(), bytes);
        Assert.NotEqual(seen.Identity, held.Look("x")!.Identity);
        Assert.Equal(seen.Identity, file.Status().Identity);
        Assert.NotEqual(seen, file.Status());
    }

    [Fact]
    public void Opening_a_pipe_does_not_wait_for_its_other_end()
    {
        Make("mkfifo x");
        using var held = Enter(_root);

        using var pipe = held.Open("x");

        Assert.Equal(InodeKind.Pipe, pipe!.Status().Kind);
    }

    [Fact]
    public void A_name_that_is_no_text_is_counted_but_not_told()
    {
        Make("touch a \"$(printf 'b\\377')\"");
        using var held = Enter(_root);

        Assert.Equal([null, "a"], held.Names().Order());
    }

    [Fact]
    public void A_path_is_followed_to_where_it_leads()
    {
        Make("mkdir d && touch d/f && ln -s d l");

        var real = RealPath.Follow($"{_root}/l/f");

        Assert.Equal(($"{_root}/d/f", InodeKind.Regular), (real!.Path, real.Status.Kind));
        Assert.Null(RealPath.Follow($"{_root}/gone"));
    }

    private void Make(string line) => Shell.Run("sh", "-c", $"cd '{_root}' && {line}");

    private static HeldDirectory Enter(string path)
    {
        var held = HeldDirectory.Root();
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = held.Enter(name)!;
            held.Dispose();
            held = next;
        }

        return held;
    }
}
