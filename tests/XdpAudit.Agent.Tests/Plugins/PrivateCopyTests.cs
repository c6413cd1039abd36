using XdpAudit.Kernel;

namespace XdpAudit.Agent.Tests;

/// <summary>What is loaded is a copy of the verified bytes that nobody else can write; the approved folder is not read again.</summary>
public sealed class PrivateCopyTests
{
    [Fact]
    public void It_holds_the_verified_files_for_the_auditor_alone()
    {
        using var folder = new ApprovedFolder();
        folder.Write("de/Acme.Rules.resources.dll", Forged.Assembly("Acme.Rules.resources", [Forged.Runtime]));
        folder.Approve();

        var verified = Assert.Single(folder.Examine()).Verified!;

        Assert.Equal(Path.Combine(folder.Copies, verified.Sha256), verified.Folder);
        Assert.Equal(Path.Combine(verified.Folder, ApprovedFolder.Acme), verified.EntryPath);
        Assert.Equal("", Shell.Run("diff", "-r", folder.Folder, verified.Folder));
        Assert.Equal(["400"], Shell.Run("find", verified.Folder, "-type", "f", "-printf", "%m\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct());
        Assert.Equal(["700"], Shell.Run("find", folder.Copies, "-type", "d", "-printf", "%m\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct());
    }

    [Fact]
    public void Its_name_is_the_digest_that_anybody_can_make_of_the_sums()
    {
        using var folder = new ApprovedFolder();

        var verified = Assert.Single(folder.Examine()).Verified!;
        var sums = Shell.Run("sh", "-c", "cd \"$0\" && sha256sum * | LC_ALL=C sort -k2 | sha256sum", folder.Folder);

        Assert.Equal(sums[..64], verified.Sha256);
    }

    [Fact]
    public void What_happens_to_the_approved_folder_after_the_check_does_not_reach_it()
    {
        using var folder = new ApprovedFolder();
        var before = File.ReadAllBytes(folder[ApprovedFolder.Acme]);
        var verified = Assert.Single(folder.Examine()).Verified!;

        folder.Write(ApprovedFolder.Acme, "something else");

        Assert.Equal(before, File.ReadAllBytes(verified.EntryPath));
    }

    [Theory]
    [InlineData("printf x >> \"$0/Acme.Rules.dll\"")]
    [InlineData("rm \"$0/plugin.json\"")]
    [InlineData("echo x > \"$0/more.dll\"")]
    [InlineData("chmod 0666 \"$0/Acme.Rules.dll\"")]
    [InlineData("rm \"$0/Acme.Rules.dll\" && ln -s /etc/hostname \"$0/Acme.Rules.dll\"")]
    [InlineData("chown 65534 \"$0\"")]
    public void One_that_is_not_as_it_was_left_is_made_anew(string spoil)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: it gives files to somebody else");
        using var folder = new ApprovedFolder();
        var copy = Assert.Single(folder.Examine()).Verified!.Folder;
        Shell.Run("sh", "-c", spoil, copy);

        var again = Assert.Single(folder.Examine()).Verified!.Folder;

        Assert.Equal(copy, again);
        Assert.Equal("", Shell.Run("diff", "-r", folder.Folder, again));
        Assert.Equal("0 700", Shell.Run("stat", "-c", "%u %a", again).Trim());
    }

    [Fact]
    public void One_that_is_as_it_was_left_is_used_again_and_those_of_other_bytes_are_taken_away()
    {
        using var folder = new ApprovedFolder();
        var first = Assert.Single(folder.Examine()).Verified!;
        var inode = Inode(first.EntryPath);

        var same = Inode(Assert.Single(folder.Examine()).Verified!.EntryPath);
        folder.Write("README.md", "other");
        folder.Approve();
        var other = Assert.Single(folder.Examine()).Verified!;

        Assert.Equal(inode, same);
        Assert.NotEqual(first.Sha256, other.Sha256);
        Assert.Equal([other.Folder], Directory.GetDirectories(folder.Copies));
    }

    [Fact]
    public void Where_others_could_put_another_in_its_place_none_is_made()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: it gives a directory to somebody else");
        using var folder = new ApprovedFolder();
        Directory.CreateDirectory(Path.GetDirectoryName(folder.Copies)!);
        Shell.Run("chown", "65534", Path.GetDirectoryName(folder.Copies)!);

        var verdict = Assert.Single(folder.Examine());

        Assert.Equal(("PLG-COPY", null), (verdict.Refusal?.Code, verdict.Verified));
    }

    [Fact]
    public void A_file_that_changes_between_being_listed_and_being_read_is_refused()
    {
        using var folder = new ApprovedFolder();
        var wrong = new List<PluginRefusal>();
        using var listing = FolderListing.Of(new Place(TrustedOwners.OfThisProgram()).Enter(folder.Folder, true, wrong)!);

        folder.Write(ApprovedFolder.Acme, Forged.Assembly("Acme.Rules", imports: [("libc", "system")]));
        File.Delete(folder["plugin.json"]);
        File.Move(folder["Acme.Rules.deps.json"], folder["moved"]);
        File.CreateSymbolicLink(folder["Acme.Rules.deps.json"], folder["moved"]);
        var content = FolderContent.Read(listing, wrong);

        Assert.Equal(["Acme.Rules.deps.json", ApprovedFolder.Acme, "plugin.json"], wrong.Select(w => Path.GetFileName(w.Path)).Order(StringComparer.Ordinal));
        Assert.All(wrong, w => Assert.Equal("PLG-RACE", w.Code));
        Assert.Equal("Acme.Rules.runtimeconfig.json", Assert.Single(content.Files).Name);
    }

    private static (uint, uint, ulong) Inode(string path) => RealPath.Follow(path)!.Status.Identity;
}
