"""How the ledger is sealed: places in the log, the tree over them, checkpoints, witnesses.

All of it is this installation's own, and holds hashes and numbers only.
"""

from django.db import models

from senim.base.models import Placement, Record


class Unsealed(models.Model):
    """An entry that waits for its place. A trigger writes it with the entry, in one statement."""

    placement = Placement.LOCAL

    entry_id = models.UUIDField(primary_key=True)
    at = models.DateTimeField(db_index=True)


class Leaf(models.Model):
    """The place of one entry in the log, and its leaf hash (RFC 6962)."""

    placement = Placement.LOCAL

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    leaf_hash = models.BinaryField()


class Node(models.Model):
    """The hash of one full subtree of 2**level leaves; index from 0.

    Kept at every eighth level; what stands between is reckoned from at most 128 hashes.
    """

    placement = Placement.LOCAL

    id = models.BigAutoField(primary_key=True)
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    node_hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="one_node_a_place")]


class Checkpoint(models.Model):
    """The signed root over the first `size` entries, as a C2SP signed note."""

    placement = Placement.LOCAL

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    at = models.DateTimeField(db_index=True)
    note = models.TextField(help_text="the note with the log's own signature line")


class Witness(Record):
    """Another organisation that co-signs our checkpoints: a vendor, a region, an NGO.

    trouble: why it did not co-sign when it was last asked; empty when it did.
    """

    class Trouble(models.TextChoices):
        """What a witness answered instead of a signature."""

        SILENT = "silent"
        AHEAD = "ahead"
        REFUSED = "refused"

    placement = Placement.LOCAL

    name = models.CharField(max_length=120, help_text="what people call it")
    url = models.CharField(max_length=300, help_text="where add-checkpoint is posted")
    public_key = models.CharField(max_length=200, help_text="verifier key, C2SP: name+hash+key")
    size = models.BigIntegerField(default=0, help_text="the last size it co-signed")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    cosigned_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=8, choices=Trouble, blank=True)
    trouble_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="one_witness_a_name",
                condition=models.Q(removed_at__isnull=True),
            )
        ]


class Cosignature(Record):
    """One witness's signature line under one checkpoint."""

    placement = Placement.LOCAL

    checkpoint = models.ForeignKey(
        "ledger.Checkpoint", on_delete=models.PROTECT, related_name="cosignatures"
    )
    witness = models.ForeignKey("ledger.Witness", on_delete=models.PROTECT, related_name="+")
    line = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "witness"], name="one_cosignature_a_checkpoint"
            )
        ]


class Lease(models.Model):
    """Who may do a work only one may do at a time (the sequencer), until when."""

    placement = Placement.LOCAL

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.CharField(max_length=80)
    until = models.DateTimeField()
