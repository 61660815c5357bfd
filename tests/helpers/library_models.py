"""Models of well-known libraries with random weights, small; nothing is downloaded."""

import os
from collections.abc import Callable
from typing import Any

import torch

from tests.helpers.torch_models import Case, Model, summed

os.environ.setdefault("HF_HUB_OFFLINE", "1")

LIBRARY: dict[str, Callable[[], Case]] = {}


def case(make: Callable[[], Case]) -> Callable[[], Case]:
    LIBRARY[make.__name__] = make
    return make


def ids(rows: int = 2, columns: int = 8, vocabulary: int = 50) -> Any:
    return torch.randint(3, vocabulary, (rows, columns))


def returns_its_loss(model: Any, **kwargs: Any) -> Case:
    """Make the case of a model whose result has the loss as an attribute."""
    made = Case(model, kwargs=kwargs)
    made.run = lambda: model(**kwargs).loss  # type: ignore[method-assign]
    return made


def language(config: str, model: str, seq2seq: bool = False, **options: Any) -> Callable[[], Case]:
    def make() -> Case:
        import transformers

        sizes = {"vocab_size": 50, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, **options}
        net = getattr(transformers, model)(getattr(transformers, config)(**sizes))
        tokens = ids()
        return returns_its_loss(net, input_ids=tokens, labels=tokens)

    return make


_SMALL = {
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
}
LIBRARY |= {
    "gpt2": language("GPT2Config", "GPT2LMHeadModel", n_layer=2, n_embd=16, n_head=2, n_positions=16),
    "gpt2 eager": language(
        "GPT2Config",
        "GPT2LMHeadModel",
        n_layer=2,
        n_embd=16,
        n_head=2,
        n_positions=16,
        attn_implementation="eager",
    ),
    "bert": language("BertConfig", "BertForMaskedLM", **_SMALL),
    "roberta": language("RobertaConfig", "RobertaForMaskedLM", max_position_embeddings=32, **_SMALL),
    "distilbert": language(
        "DistilBertConfig", "DistilBertForMaskedLM", dim=16, hidden_dim=32, n_layers=2, n_heads=2
    ),
    "albert": language("AlbertConfig", "AlbertForMaskedLM", embedding_size=8, **_SMALL),
    "electra": language("ElectraConfig", "ElectraForMaskedLM", embedding_size=8, **_SMALL),
    "llama": language("LlamaConfig", "LlamaForCausalLM", num_key_value_heads=1, **_SMALL),
    "mistral": language("MistralConfig", "MistralForCausalLM", num_key_value_heads=1, **_SMALL),
    "qwen2": language("Qwen2Config", "Qwen2ForCausalLM", num_key_value_heads=1, **_SMALL),
    "gemma": language("GemmaConfig", "GemmaForCausalLM", num_key_value_heads=1, head_dim=8, **_SMALL),
    "phi": language("PhiConfig", "PhiForCausalLM", **_SMALL),
    "gpt neox": language("GPTNeoXConfig", "GPTNeoXForCausalLM", **_SMALL),
    "opt": language(
        "OPTConfig",
        "OPTForCausalLM",
        hidden_size=16,
        ffn_dim=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        word_embed_proj_dim=16,
    ),
    "bloom": language("BloomConfig", "BloomForCausalLM", hidden_size=16, n_layer=2, n_head=2),
    "mixtral": language(
        "MixtralConfig",
        "MixtralForCausalLM",
        num_key_value_heads=1,
        num_local_experts=3,
        num_experts_per_tok=2,
        **_SMALL,
    ),
    "mamba": language("MambaConfig", "MambaForCausalLM", hidden_size=16, num_hidden_layers=2, state_size=4),
    "t5": language(
        "T5Config",
        "T5ForConditionalGeneration",
        d_model=16,
        d_kv=8,
        d_ff=32,
        num_layers=2,
        num_heads=2,
        decoder_start_token_id=0,
    ),
    "bart": language(
        "BartConfig",
        "BartForConditionalGeneration",
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        decoder_start_token_id=2,
    ),
    "xlnet": language("XLNetConfig", "XLNetLMHeadModel", d_model=16, n_layer=2, n_head=2, d_inner=32),
    "rwkv": language("RwkvConfig", "RwkvForCausalLM", hidden_size=16, num_hidden_layers=2, context_length=16),
}


def image(config: str, model: str, **options: Any) -> Callable[[], Case]:
    def make() -> Case:
        import transformers

        net = getattr(transformers, model)(getattr(transformers, config)(num_labels=3, **options))
        size = options.get("image_size", 32)
        return returns_its_loss(net, pixel_values=torch.randn(2, 3, size, size), labels=torch.tensor([0, 2]))

    return make


LIBRARY |= {
    "vit": image("ViTConfig", "ViTForImageClassification", image_size=16, patch_size=8, **_SMALL),
    "deit": image("DeiTConfig", "DeiTForImageClassification", image_size=16, patch_size=8, **_SMALL),
    "resnet": image(
        "ResNetConfig", "ResNetForImageClassification", embedding_size=4, hidden_sizes=[4, 8], depths=[1, 1]
    ),
    "convnext": image(
        "ConvNextConfig", "ConvNextForImageClassification", hidden_sizes=[4, 8, 8, 8], depths=[1, 1, 1, 1]
    ),
    "mobilenet": image("MobileNetV2Config", "MobileNetV2ForImageClassification", depth_multiplier=0.25),
    "swin": image(
        "SwinConfig",
        "SwinForImageClassification",
        image_size=16,
        patch_size=2,
        embed_dim=8,
        depths=[1, 1],
        num_heads=[1, 2],
        window_size=4,
    ),
}


@case
def gpt2_with_checkpoints():
    import transformers

    net = transformers.GPT2LMHeadModel(
        transformers.GPT2Config(
            vocab_size=50, n_layer=2, n_embd=16, n_head=2, n_positions=16, bos_token_id=1, eos_token_id=2
        )
    )
    net.gradient_checkpointing_enable()
    net.train()
    tokens = ids()
    return returns_its_loss(net, input_ids=tokens, labels=tokens)


@case
def clip():
    import transformers

    text = {
        "vocab_size": 50,
        "max_position_embeddings": 16,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "pad_token_id": 0,
        **_SMALL,
    }
    vision = {"image_size": 16, "patch_size": 8, **_SMALL}
    net = transformers.CLIPModel(
        transformers.CLIPConfig(text_config=text, vision_config=vision, projection_dim=8)
    )
    return returns_its_loss(net, input_ids=ids(), pixel_values=torch.randn(2, 3, 16, 16), return_loss=True)


@case
def wav2vec():
    import transformers

    net = transformers.Wav2Vec2ForSequenceClassification(
        transformers.Wav2Vec2Config(
            conv_dim=(8, 8),
            conv_kernel=(10, 3),
            conv_stride=(5, 2),
            num_feat_extract_layers=2,
            num_conv_pos_embeddings=4,
            num_conv_pos_embedding_groups=2,
            classifier_proj_size=8,
            mask_time_prob=0.0,
            **_SMALL,
        )
    )
    return returns_its_loss(net, input_values=torch.randn(2, 400), labels=torch.tensor([0, 1]))


@case
def whisper():
    import transformers

    net = transformers.WhisperForConditionalGeneration(
        transformers.WhisperConfig(
            vocab_size=50,
            num_mel_bins=8,
            d_model=16,
            encoder_layers=1,
            decoder_layers=1,
            encoder_attention_heads=2,
            decoder_attention_heads=2,
            encoder_ffn_dim=32,
            decoder_ffn_dim=32,
            max_source_positions=16,
            max_target_positions=16,
            pad_token_id=0,
            bos_token_id=1,
            eos_token_id=2,
            decoder_start_token_id=1,
            suppress_tokens=None,
            begin_suppress_tokens=None,
        )
    )
    return returns_its_loss(net, input_features=torch.randn(2, 8, 32), labels=ids())


def of_monai(name: str, *inputs: Any, **options: Any) -> Callable[[], Case]:
    def make() -> Case:
        from monai.networks import nets

        return Case(
            getattr(nets, name)(**options), tuple(torch.randn(*shape) for shape in inputs), loss=summed
        )

    return make


LIBRARY |= {
    "monai unet": of_monai(
        "UNet",
        (1, 1, 16, 16),
        spatial_dims=2,
        in_channels=1,
        out_channels=2,
        channels=(4, 8, 16),
        strides=(2, 2),
        num_res_units=1,
    ),
    "monai dense": of_monai(
        "DenseNet",
        (2, 1, 32, 32),
        spatial_dims=2,
        in_channels=1,
        out_channels=2,
        init_features=4,
        growth_rate=2,
        block_config=(2, 2),
    ),
    "monai attention unet": of_monai(
        "AttentionUnet",
        (1, 1, 16, 16),
        spatial_dims=2,
        in_channels=1,
        out_channels=2,
        channels=(4, 8),
        strides=(2,),
    ),
    "monai segresnet": of_monai(
        "SegResNet",
        (1, 1, 8, 8, 8),
        spatial_dims=3,
        in_channels=1,
        out_channels=2,
        init_filters=8,
        blocks_down=(1, 1),
        blocks_up=(1,),
    ),
    "monai vae": of_monai(
        "VarAutoEncoder",
        (2, 1, 16, 16),
        spatial_dims=2,
        in_shape=(1, 16, 16),
        out_channels=1,
        latent_size=2,
        channels=(4, 8),
        strides=(2, 2),
    ),
    "monai unetr": of_monai(
        "UNETR",
        (1, 1, 32, 32),
        spatial_dims=2,
        in_channels=1,
        out_channels=2,
        img_size=32,
        feature_size=4,
        hidden_size=12,
        mlp_dim=16,
        num_heads=2,
    ),
    "monai efficientnet": of_monai(
        "EfficientNetBN", (2, 3, 32, 32), model_name="efficientnet-b0", pretrained=False, num_classes=2
    ),
}


@case
def diffusion_unet():
    from diffusers import UNet2DModel

    net = UNet2DModel(
        sample_size=8,
        in_channels=1,
        out_channels=1,
        block_out_channels=(4, 8),
        norm_num_groups=2,
        layers_per_block=1,
        down_block_types=("DownBlock2D", "AttnDownBlock2D"),
        up_block_types=("AttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=4,
    )
    return Case(
        Model(lambda self, x, t: self.net(x, t).sample, net=net),
        (torch.randn(2, 1, 8, 8), torch.tensor([1, 5])),
        loss=summed,
    )


@case
def diffusion_with_conditions():
    from diffusers import UNet2DConditionModel

    net = UNet2DConditionModel(
        sample_size=8,
        in_channels=1,
        out_channels=1,
        block_out_channels=(4, 8),
        norm_num_groups=2,
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=8,
        attention_head_dim=4,
    )
    return Case(
        Model(lambda self, x, t, c: self.net(x, t, encoder_hidden_states=c).sample, net=net),
        (torch.randn(2, 1, 8, 8), torch.tensor([1, 5]), torch.randn(2, 3, 8)),
        loss=summed,
    )


@case
def autoencoder_kl():
    from diffusers import AutoencoderKL

    net = AutoencoderKL(
        block_out_channels=(4, 8),
        norm_num_groups=2,
        latent_channels=2,
        layers_per_block=1,
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
    )
    return Case(
        Model(lambda self, x: self.net(x, sample_posterior=True).sample, net=net),
        (torch.randn(1, 3, 8, 8),),
        loss=summed,
    )


@case
def diffusion_transformer():
    from diffusers import DiTTransformer2DModel

    net = DiTTransformer2DModel(
        num_attention_heads=2,
        attention_head_dim=4,
        in_channels=2,
        out_channels=2,
        num_layers=2,
        sample_size=8,
        patch_size=2,
        norm_num_groups=2,
    )
    return Case(
        Model(lambda self, x, t, c: self.net(x, timestep=t, class_labels=c).sample, net=net),
        (torch.randn(2, 2, 8, 8), torch.tensor([1, 5]), torch.tensor([0, 3])),
        loss=summed,
    )


def decoder(**options: Any) -> Callable[[], Case]:
    def make() -> Case:
        from x_transformers import AutoregressiveWrapper, Decoder, TransformerWrapper

        net = TransformerWrapper(
            num_tokens=50, max_seq_len=16, attn_layers=Decoder(dim=16, depth=2, heads=2, **options)
        )
        return Case(AutoregressiveWrapper(net), (ids(),))

    return make


LIBRARY |= {
    "x decoder": decoder(),
    "x decoder with rotary positions": decoder(rotary_pos_emb=True, ff_glu=True, use_rmsnorm=True),
    "x decoder with alibi": decoder(alibi_pos_bias=True, attn_flash=False, sandwich_norm=True),
    "x decoder with memory": decoder(attn_num_mem_kv=2),
}


@case
def x_vision():
    from x_transformers import Encoder, ViTransformerWrapper

    net = ViTransformerWrapper(
        image_size=16, patch_size=8, num_classes=3, attn_layers=Encoder(dim=16, depth=2, heads=2)
    )
    return Case(net, (torch.randn(2, 3, 16, 16),), torch.tensor([0, 2]), torch.nn.CrossEntropyLoss())
